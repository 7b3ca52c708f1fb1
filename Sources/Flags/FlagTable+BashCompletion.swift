extension FlagTable {
    /// The script by which bash completes flags, and the values of those that take one of some words or a file.
    ///
    /// It needs nothing but bash. Bash takes `=` for the end of a word, so that `--flag=value` comes as three.
    var bashCompletion: String {
        let function = "_" + program.map { $0 == "-" ? "_" : String($0) }.joined()
        var choices: [String] = []
        var files: [String] = []
        var others: [String] = []
        for flag in flags where !flag.isBoolean {
            let name = "--" + flag.name
            if case .choice(let words) = flag.kind {
                choices.append("    \(name)) words='\(words.joined(separator: " "))' ;;\n")
            } else if flag.placeholder == "FILE" {
                files.append(name)
            } else {
                others.append(name)
            }
        }
        let names = flags.flatMap { flag in
            switch flag.kind {
            case .toggle: ["--\(flag.name)", "--no-\(flag.name)"]
            case .presence: ["--\(flag.name)"]
            default: ["--\(flag.name)="]
            }
        }
        return """
            # bash completion for \(program)
            \(function)() {
                local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]} words
                if [[ $word == '=' ]]; then
                    word=
                elif [[ $flag == '=' ]]; then
                    flag=${COMP_WORDS[COMP_CWORD - 2]}
                fi
                COMPREPLY=()
                case $flag in
            \(choices.joined())\(Self.pattern(files))
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -f -- "$word")
                    return
                    ;;
            \(Self.pattern(others)) return ;;
                *)
                    words='\(names.joined(separator: " "))'
                    ((COMP_CWORD == 1)) && words+=' \(subcommands.joined(separator: " "))'
                    ;;
                esac
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
                [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
                return 0
            }
            complete -F \(function) \(program)

            """
    }

    /// The pattern of a case that holds for some words; one that never holds when there are none.
    private static func pattern(_ words: [String]) -> String {
        "    \(words.isEmpty ? "''" : words.joined(separator: " | ")))"
    }
}
