_edactl() {
    local IFS=$'\013' words=() word sign=
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ ${#words[@]} -gt 0 && ( -n $sign || $word == [=:]* ) ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == [=:]* ]] && sign=1 || sign=
    done
    # What bash itself takes for the word at the cursor: the answers begin there.
    local current=${COMP_WORDS[COMP_CWORD]} cursor=$((${#words[@]} - 1))
    [[ $current == [=:]* ]] && current=
    local before=${words[cursor]%"$current"}
    COMPREPLY=( $(
        _CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX="$cursor" EDACTL_COMPLETE=bash \
            edactl -- "${words[@]}" 2> /dev/null
    ) )
    COMPREPLY=( "${COMPREPLY[@]#"$before"}" )
    if [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[=/] ]]; then
        compopt +o nospace 2> /dev/null
    fi
}
complete -o nospace -o bashdefault -o nosort -F _edactl edactl 2> /dev/null ||
    complete -o nospace -o bashdefault -F _edactl edactl
