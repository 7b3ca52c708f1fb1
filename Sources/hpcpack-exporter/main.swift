import ExporterCommand

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

exit(
    ExporterCommand.run(
        commandLine: CommandLine.arguments,
        environment: Environment.all
    )
)
