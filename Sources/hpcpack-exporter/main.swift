import ExporterCommand

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

exit(
    ExporterCommand.run(
        arguments: Array(CommandLine.arguments.dropFirst()),
        environment: Environment.all
    )
)
