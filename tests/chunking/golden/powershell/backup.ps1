param([string]$Target = "D:\backup")

# Copies what changed since the last run.
function Copy-Changed {
    param($Source, $Target)
    Get-ChildItem $Source -Recurse |
        Where-Object { $_.LastWriteTime -gt $script:Last } |
        Copy-Item -Destination $Target
}

class Report {
    [int]$Files

    [string] Text() {
        return "$($this.Files) files"
    }
}

Copy-Changed $HOME $Target
