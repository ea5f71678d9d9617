complete --keep-order --exclusive --command edactl --arguments "(EDACTL_COMPLETE=fish edactl -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
