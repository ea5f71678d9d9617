
use builtin;
use str;

set edit:completion:arg-completer[edactl] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'edactl'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'edactl'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand send 'Invoke the producer with events and record what was sent'
            cand verify 'Prove that every message of a run arrived'
            cand logs 'Show both functions'' logs, merged in time order'
            cand local 'Start, stop or inspect the embedded pipeline'
            cand completions 'Print the shell completion script'
            cand man 'Print a man page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;send'= {
            cand --repeat 'Send each event this many times'
            cand --concurrency 'Invocations under way at once'
            cand --rate 'At most this many invocations per second, such as 5 or 0.5'
            cand --marker-field 'The field that carries the marker in entries that are JSON objects'
            cand --invoke-timeout 'How long to wait for one invocation''s answer before calling it in doubt'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --no-marker 'Send the entries untouched; they are recognised by their content'
            cand -y 'Do not ask before sending to a pipeline marked as production'
            cand --yes 'Do not ask before sending to a pipeline marked as production'
            cand --dry-run 'Show what would be sent, with markers; send nothing'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;verify'= {
            cand --run 'Verify this recorded run: its id, a unique beginning of it, or `last`'
            cand --repeat 'Send each event this many times'
            cand --concurrency 'Invocations under way at once'
            cand --rate 'At most this many invocations per second, such as 5 or 0.5'
            cand --marker-field 'The field that carries the marker in entries that are JSON objects'
            cand --invoke-timeout 'How long to wait for one invocation''s answer before calling it in doubt'
            cand --witness 'The witnesses to hear'
            cand --require 'Without the word of these witnesses the verdict is undetermined (exit 4)'
            cand --metrics-wait 'How long to wait for the metrics once the logs have proven every message'
            cand --settle 'How long the queue must be empty, without a trace in the logs, before a message counts as lost (default: 10m, on the embedded pipeline a little over its log delay)'
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --no-marker 'Send the entries untouched; they are recognised by their content'
            cand -y 'Do not ask before sending to a pipeline marked as production'
            cand --yes 'Do not ask before sending to a pipeline marked as production'
            cand --exactly-once 'A message received twice is a failure (standard queues deliver at least once)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;logs'= {
            cand --from 'Whose logs'
            cand --group 'Read these log groups instead of the functions'' own'
            cand --since 'From when: a duration ago (5m) or a time (default: 10m; with --run: the run''s start)'
            cand --until 'Until when: a duration ago or a time (default: now)'
            cand --grep 'Only lines that this regular expression matches'
            cand --run 'Only lines that carry a marker of this run: its id, a unique beginning of it, or `last`'
            cand --request-id 'Only lines of this invocation (its request id, or the beginning of it)'
            cand --tail 'Only the last N lines (with --follow: N lines, then what comes)'
            cand -o 'How to print the lines'
            cand --output 'How to print the lines'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -f 'Keep printing new lines until interrupted'
            cand --follow 'Keep printing new lines until interrupted'
            cand --no-platform 'Leave out the platform''s lines (START, END, REPORT, INIT_START)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;local'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand start 'Start it, or give the running one these settings'
            cand stop 'Stop it'
            cand status 'Say whether it runs, where, and with which settings'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;local;start'= {
            cand --port 'The port on 127.0.0.1; 0 takes a free one'
            cand --fault 'Misbehave: NAME=PROBABILITY, such as drop=0.01,duplicate=0.05,consumer-error=0.1'
            cand --seed 'Seed for the faults'' dice, to see the same misbehaviour again'
            cand --log-delay 'Log lines can be read only this long after they were written'
            cand --metric-delay 'Metrics are published only this long after they were measured'
            cand --queue-delay 'The queue hands out a message only this long after it was sent (`DelaySeconds`)'
            cand --throttle 'Refuse what goes beyond this many requests per second and service, as AWS throttles'
            cand --log-format 'The functions'' log format'
            cand --idle 'End after this long without a request'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand --foreground 'Stay in the foreground and serve until interrupted'
            cand --print-env 'Print the variables that point other AWS clients here, as `export NAME=value` lines'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;local;stop'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;local;status'= {
            cand -o 'How to print the result'
            cand --output 'How to print the result'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;local;help'= {
            cand start 'Start it, or give the running one these settings'
            cand stop 'Stop it'
            cand status 'Say whether it runs, where, and with which settings'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;local;help;start'= {
        }
        &'edactl;local;help;stop'= {
        }
        &'edactl;local;help;status'= {
        }
        &'edactl;local;help;help'= {
        }
        &'edactl;completions'= {
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;man'= {
            cand --dir 'Write every page into this directory instead'
            cand -p 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --pipeline 'The pipeline: a name from edactl.toml, or `local` for the embedded one'
            cand --producer 'The producer function: name or ARN'
            cand --queue 'The queue: name, URL or ARN'
            cand --consumer 'The consumer function: name or ARN'
            cand --dlq 'The dead-letter queue: name, URL or ARN'
            cand --region 'The AWS region'
            cand --profile 'The profile in the AWS configuration files'
            cand --endpoint-url 'Send every AWS call to this address (an emulator, a proxy)'
            cand --color 'When to use colour'
            cand --timeout 'How long the command may take, such as 20s or 5m (verify: 5m)'
            cand -q 'Print results and errors only: no progress, no hints'
            cand --quiet 'Print results and errors only: no progress, no hints'
            cand -v 'Show each AWS call on stderr; twice: with request ids'
            cand --verbose 'Show each AWS call on stderr; twice: with request ids'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'edactl;help'= {
            cand send 'Invoke the producer with events and record what was sent'
            cand verify 'Prove that every message of a run arrived'
            cand logs 'Show both functions'' logs, merged in time order'
            cand local 'Start, stop or inspect the embedded pipeline'
            cand completions 'Print the shell completion script'
            cand man 'Print a man page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'edactl;help;send'= {
        }
        &'edactl;help;verify'= {
        }
        &'edactl;help;logs'= {
        }
        &'edactl;help;local'= {
            cand start 'Start it, or give the running one these settings'
            cand stop 'Stop it'
            cand status 'Say whether it runs, where, and with which settings'
        }
        &'edactl;help;local;start'= {
        }
        &'edactl;help;local;stop'= {
        }
        &'edactl;help;local;status'= {
        }
        &'edactl;help;completions'= {
        }
        &'edactl;help;man'= {
        }
        &'edactl;help;help'= {
        }
    ]
    $completions[$command]
}
