import ExporterCommand
import Flags
import Glibc

exit(
    ExporterCommand.run(
        commandLine: CommandLine.arguments,
        environment: Environment.all
    )
)
