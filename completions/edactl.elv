
set edit:completion:arg-completer[edactl] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) EDACTL_COMPLETE="elvish" edactl -- $@words) | to-lines
}

