import HPCPackSimulator

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

exit(SimulatorCommand.run(arguments: Array(CommandLine.arguments.dropFirst())))
