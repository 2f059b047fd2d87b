# Removes Centromere from %LOCALAPPDATA%\Programs\Centromere and leaves the data, telling where they are.
param([string]$Prefix = (Join-Path $env:LOCALAPPDATA 'Programs\Centromere'))
$ErrorActionPreference = 'Stop'
$current = Join-Path $Prefix 'current'
if (Test-Path $current) { (Get-Item $current).Delete() }
if (Test-Path $Prefix) { Remove-Item -Recurse -Force $Prefix }
$entry = Join-Path ([Environment]::GetFolderPath('Programs')) 'Centromere.lnk'
if (Test-Path $entry) { Remove-Item $entry }
Write-Host "removed Centromere from $Prefix"
Write-Host "nothing of your data was touched: it is in $(Join-Path $env:LOCALAPPDATA 'centromere'),"
Write-Host 'where CENTROMERE_HOME says, or in the database set by the administrator'
