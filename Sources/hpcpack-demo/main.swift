import ExporterCommand
import HPCPackSimulator

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

exit(Demo.run(arguments: Array(CommandLine.arguments.dropFirst())))
