# Installs Centromere @VERSION@ for the person who runs it, with the Python 3.11 of this computer, without network
# and without administrator. Run: powershell -ExecutionPolicy Bypass -File install.ps1   (or double-click install.cmd)
param([string]$Prefix = (Join-Path $env:LOCALAPPDATA 'Programs\Centromere'))
$ErrorActionPreference = 'Stop'
$version = '@VERSION@'
$here = Split-Path -Parent $MyInvocation.MyCommand.Path

function Find-Python {
    # Each candidate is asked, because a name on the path may be the stub of the store.
    foreach ($candidate in @(@('py', '-3.11'), @('python3.11'), @('python'))) {
        $command = Get-Command $candidate[0] -ErrorAction SilentlyContinue
        if (-not $command) { continue }
        $arguments = @($candidate | Select-Object -Skip 1) + @('-c', 'import sys, struct; print(sys.version_info[:2] == (3, 11) and struct.calcsize("P") == 8, sys.executable)')
        $answer = & $command.Source @arguments 2>$null
        if ($LASTEXITCODE -eq 0 -and "$answer".StartsWith('True ')) { return "$answer".Substring(5) }
    }
    throw 'expected Python 3.11 (64 bit), got none: install it first, for one person is enough'
}

$python = Find-Python
$versions = Join-Path $Prefix 'versions'
$target = Join-Path $versions $version
if (-not (Test-Path (Join-Path $target 'program\main.py'))) {
    New-Item -ItemType Directory -Force -Path $versions | Out-Null
    $part = "$target.part"
    if (Test-Path $part) { Remove-Item -Recurse -Force $part }
    New-Item -ItemType Directory -Path $part | Out-Null
    foreach ($name in 'program', 'share', 'wheels', 'requirements.txt', 'manifest.txt', 'uninstall.ps1', 'README.txt',
        'install.ps1', 'install.cmd', 'uninstall.cmd') {
        Copy-Item -Recurse -Path (Join-Path $here $name) -Destination $part
    }
    Move-Item -Path $part -Destination $target
}
# The environment holds absolute paths, so it is made where it stays.
$environment = Join-Path $target 'environment'
& $python -m venv $environment
if ($LASTEXITCODE -ne 0) { throw "expected an environment in $environment, got none" }
$own = Join-Path $environment 'Scripts\python.exe'
& $own -m pip install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes `
    --find-links (Join-Path $target 'wheels') --requirement (Join-Path $target 'requirements.txt')
if ($LASTEXITCODE -ne 0) { throw 'expected every wheel to be installed, got an error, see above' }

# A junction needs no right that an ordinary person lacks.
$current = Join-Path $Prefix 'current'
if (Test-Path $current) { (Get-Item $current).Delete() }
New-Item -ItemType Junction -Path $current -Target $target | Out-Null
$starter = Join-Path $Prefix 'centromere.cmd'
Set-Content -Path $starter -Encoding ascii -Value @(
    '@echo off', '"%~dp0current\environment\Scripts\python.exe" "%~dp0current\program\main.py" %*')
$shell = New-Object -ComObject WScript.Shell
$entry = $shell.CreateShortcut((Join-Path ([Environment]::GetFolderPath('Programs')) 'Centromere.lnk'))
$entry.TargetPath = Join-Path $current 'environment\Scripts\pythonw.exe'
$entry.Arguments = '"' + (Join-Path $current 'program\main.py') + '"'
$entry.IconLocation = Join-Path $current 'share\icons\centromere.ico'
$entry.WorkingDirectory = [Environment]::GetFolderPath('MyDocuments')
$entry.Save()
Write-Host "installed version $version in $target"
Write-Host "start it from the start menu, or with $starter"
Write-Host "cases, pictures and settings will be in $(Join-Path $env:LOCALAPPDATA 'centromere')"
