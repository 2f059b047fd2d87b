@echo off
rem Copied away first: a script cannot delete the folder it runs from.
copy /y "%~dp0uninstall.ps1" "%TEMP%\centromere-uninstall.ps1" >nul
powershell -NoProfile -ExecutionPolicy Bypass -File "%TEMP%\centromere-uninstall.ps1" %*
