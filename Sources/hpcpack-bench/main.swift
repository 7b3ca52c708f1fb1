import Glibc

let arguments = Array(CommandLine.arguments.dropFirst())
exit(
    arguments.first == "serve"
        ? HeadNodeCommand.run(Array(arguments.dropFirst())) : Bench.run(arguments)
)
