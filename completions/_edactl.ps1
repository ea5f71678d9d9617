
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'edactl' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'edactl'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'edactl' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Invoke the producer with events and record what was sent')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Prove that every message of a run arrived')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show both functions'' logs, merged in time order')
            [CompletionResult]::new('local', 'local', [CompletionResultType]::ParameterValue, 'Start, stop or inspect the embedded pipeline')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the shell completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a man page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;send' {
            [CompletionResult]::new('--repeat', '--repeat', [CompletionResultType]::ParameterName, 'Send each event this many times')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Invocations under way at once')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many invocations per second, such as 5 or 0.5')
            [CompletionResult]::new('--marker-field', '--marker-field', [CompletionResultType]::ParameterName, 'The field that carries the marker in entries that are JSON objects')
            [CompletionResult]::new('--invoke-timeout', '--invoke-timeout', [CompletionResultType]::ParameterName, 'How long to wait for one invocation''s answer before calling it in doubt')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('--no-marker', '--no-marker', [CompletionResultType]::ParameterName, 'Send the entries untouched; they are recognised by their content')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent, with markers; send nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;verify' {
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Verify this recorded run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--repeat', '--repeat', [CompletionResultType]::ParameterName, 'Send each event this many times')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'Invocations under way at once')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'At most this many invocations per second, such as 5 or 0.5')
            [CompletionResult]::new('--marker-field', '--marker-field', [CompletionResultType]::ParameterName, 'The field that carries the marker in entries that are JSON objects')
            [CompletionResult]::new('--invoke-timeout', '--invoke-timeout', [CompletionResultType]::ParameterName, 'How long to wait for one invocation''s answer before calling it in doubt')
            [CompletionResult]::new('--witness', '--witness', [CompletionResultType]::ParameterName, 'The witnesses to hear')
            [CompletionResult]::new('--require', '--require', [CompletionResultType]::ParameterName, 'Without the word of these witnesses the verdict is undetermined (exit 4)')
            [CompletionResult]::new('--metrics-wait', '--metrics-wait', [CompletionResultType]::ParameterName, 'How long to wait for the metrics once the logs have proven every message')
            [CompletionResult]::new('--settle', '--settle', [CompletionResultType]::ParameterName, 'How long the queue must be empty, without a trace in the logs, before a message counts as lost (default: 10m, on the embedded pipeline a little over its log delay)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('--no-marker', '--no-marker', [CompletionResultType]::ParameterName, 'Send the entries untouched; they are recognised by their content')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask before sending to a pipeline marked as production')
            [CompletionResult]::new('--exactly-once', '--exactly-once', [CompletionResultType]::ParameterName, 'A message received twice is a failure (standard queues deliver at least once)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;logs' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Whose logs')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Read these log groups instead of the functions'' own')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'From when: a duration ago (5m) or a time (default: 10m; with --run: the run''s start)')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Until when: a duration ago or a time (default: now)')
            [CompletionResult]::new('--grep', '--grep', [CompletionResultType]::ParameterName, 'Only lines that this regular expression matches')
            [CompletionResult]::new('--run', '--run', [CompletionResultType]::ParameterName, 'Only lines that carry a marker of this run: its id, a unique beginning of it, or `last`')
            [CompletionResult]::new('--request-id', '--request-id', [CompletionResultType]::ParameterName, 'Only lines of this invocation (its request id, or the beginning of it)')
            [CompletionResult]::new('--tail', '--tail', [CompletionResultType]::ParameterName, 'Only the last N lines (with --follow: N lines, then what comes)')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the lines')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the lines')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Keep printing new lines until interrupted')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Keep printing new lines until interrupted')
            [CompletionResult]::new('--no-platform', '--no-platform', [CompletionResultType]::ParameterName, 'Leave out the platform''s lines (START, END, REPORT, INIT_START)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;local' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start it, or give the running one these settings')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say whether it runs, where, and with which settings')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;local;start' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port on 127.0.0.1; 0 takes a free one')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Misbehave: NAME=PROBABILITY, such as drop=0.01,duplicate=0.05,consumer-error=0.1')
            [CompletionResult]::new('--seed', '--seed', [CompletionResultType]::ParameterName, 'Seed for the faults'' dice, to see the same misbehaviour again')
            [CompletionResult]::new('--log-delay', '--log-delay', [CompletionResultType]::ParameterName, 'Log lines can be read only this long after they were written')
            [CompletionResult]::new('--metric-delay', '--metric-delay', [CompletionResultType]::ParameterName, 'Metrics are published only this long after they were measured')
            [CompletionResult]::new('--queue-delay', '--queue-delay', [CompletionResultType]::ParameterName, 'The queue hands out a message only this long after it was sent (`DelaySeconds`)')
            [CompletionResult]::new('--throttle', '--throttle', [CompletionResultType]::ParameterName, 'Refuse what goes beyond this many requests per second and service, as AWS throttles')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'The functions'' log format')
            [CompletionResult]::new('--idle', '--idle', [CompletionResultType]::ParameterName, 'End after this long without a request')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('--foreground', '--foreground', [CompletionResultType]::ParameterName, 'Stay in the foreground and serve until interrupted')
            [CompletionResult]::new('--print-env', '--print-env', [CompletionResultType]::ParameterName, 'Print the variables that point other AWS clients here, as `export NAME=value` lines')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;local;stop' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;local;status' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to print the result')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;local;help' {
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start it, or give the running one these settings')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say whether it runs, where, and with which settings')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;local;help;start' {
            break
        }
        'edactl;local;help;stop' {
            break
        }
        'edactl;local;help;status' {
            break
        }
        'edactl;local;help;help' {
            break
        }
        'edactl;completions' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write every page into this directory instead')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--pipeline', '--pipeline', [CompletionResultType]::ParameterName, 'The pipeline: a name from edactl.toml, or `local` for the embedded one')
            [CompletionResult]::new('--producer', '--producer', [CompletionResultType]::ParameterName, 'The producer function: name or ARN')
            [CompletionResult]::new('--queue', '--queue', [CompletionResultType]::ParameterName, 'The queue: name, URL or ARN')
            [CompletionResult]::new('--consumer', '--consumer', [CompletionResultType]::ParameterName, 'The consumer function: name or ARN')
            [CompletionResult]::new('--dlq', '--dlq', [CompletionResultType]::ParameterName, 'The dead-letter queue: name, URL or ARN')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'The AWS region')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The profile in the AWS configuration files')
            [CompletionResult]::new('--endpoint-url', '--endpoint-url', [CompletionResultType]::ParameterName, 'Send every AWS call to this address (an emulator, a proxy)')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long the command may take, such as 20s or 5m (verify: 5m)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print results and errors only: no progress, no hints')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each AWS call on stderr; twice: with request ids')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'edactl;help' {
            [CompletionResult]::new('send', 'send', [CompletionResultType]::ParameterValue, 'Invoke the producer with events and record what was sent')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Prove that every message of a run arrived')
            [CompletionResult]::new('logs', 'logs', [CompletionResultType]::ParameterValue, 'Show both functions'' logs, merged in time order')
            [CompletionResult]::new('local', 'local', [CompletionResultType]::ParameterValue, 'Start, stop or inspect the embedded pipeline')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the shell completion script')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print a man page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'edactl;help;send' {
            break
        }
        'edactl;help;verify' {
            break
        }
        'edactl;help;logs' {
            break
        }
        'edactl;help;local' {
            [CompletionResult]::new('start', 'start', [CompletionResultType]::ParameterValue, 'Start it, or give the running one these settings')
            [CompletionResult]::new('stop', 'stop', [CompletionResultType]::ParameterValue, 'Stop it')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Say whether it runs, where, and with which settings')
            break
        }
        'edactl;help;local;start' {
            break
        }
        'edactl;help;local;stop' {
            break
        }
        'edactl;help;local;status' {
            break
        }
        'edactl;help;completions' {
            break
        }
        'edactl;help;man' {
            break
        }
        'edactl;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
