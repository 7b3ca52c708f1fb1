import Glibc

let arguments = Array(CommandLine.arguments.dropFirst())
exit(
    arguments.first == "serve"
        ? PreparedHeadNode.serve(Array(arguments.dropFirst())) : Benchmark.run(arguments)
)
