//! `completions` and `man`: shell completions and man pages, made from the command line's own
//! definition.

use std::{fs, io};

use clap::CommandFactory;
use clap_mangen::{
    Man,
    roff::{Roff, roman},
};

use crate::{
    cli::{Cli, CompletionsArgs, ManArgs},
    commands::{Error, output},
    render::terminal,
};
use edactl_core::exit::{self, ExitCode};

/// Prints the completion script of one shell to stdout.
///
/// # Errors
/// When stdout fails.
pub fn completions(args: &CompletionsArgs) -> Result<ExitCode, Error> {
    // The generator panics where a write fails, as into a closed pipe: so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "edactl", &mut script);
    print(&script)
}

/// Prints one man page (roff) to stdout, or writes all of them into a directory.
///
/// # Errors
/// When no page has that name, or stdout or the directory cannot be written.
pub fn man(args: &ManArgs) -> Result<ExitCode, Error> {
    let pages = pages();
    if let Some(dir) = &args.dir {
        let failed = |source| Error::Io {
            what: format!("cannot write the man pages into {}", dir.display()),
            source,
        };
        fs::create_dir_all(dir).map_err(failed)?;
        for page in &pages {
            fs::write(dir.join(format!("{}.1", page.name)), page.roff()).map_err(failed)?;
        }
        return Ok(ExitCode::Success);
    }
    let wanted = args.page.as_deref().unwrap_or("edactl");
    let page = pages
        .iter()
        .find(|page| page.name == wanted || page.short_name() == wanted)
        .ok_or_else(|| Error::Usage {
            message: format!("there is no man page `{wanted}`"),
            hint: format!(
                "choose one of: {}",
                pages
                    .iter()
                    .map(Page::short_name)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        })?;
    print(&page.roff())
}

fn print(text: &[u8]) -> Result<ExitCode, Error> {
    output(terminal::print_bytes(text))?;
    Ok(ExitCode::Success)
}

/// One man page.
struct Page {
    /// `edactl`, `edactl-send`, `edactl-local-start`, …
    name: String,
    command: clap::Command,
}

impl Page {
    /// The name as one types it: `send`, `local-start`; the tool's own page keeps its name.
    fn short_name(&self) -> &str {
        self.name.strip_prefix("edactl-").unwrap_or(&self.name)
    }

    fn roff(&self) -> Vec<u8> {
        let page = Man::new(self.command.clone())
            .title(&self.name)
            .source(concat!("edactl ", env!("CARGO_PKG_VERSION")))
            .manual("edactl manual");
        let mut out = Vec::new();
        self.render(&page, &mut out)
            .expect("writing into memory does not fail");
        out
    }

    fn render(&self, page: &Man, out: &mut Vec<u8>) -> io::Result<()> {
        page.render_title(out)?;
        page.render_name_section(out)?;
        page.render_synopsis_section(out)?;
        page.render_description_section(out)?;
        page.render_options_section(out)?;
        if self.command.has_subcommands() {
            page.render_subcommands_section(out)?;
        }
        // Its usual name in a manual; the generator would call it EXTRA.
        let mut roff = Roff::new();
        roff.control("SH", ["EXIT STATUS"]).control("nf", []);
        for line in exit::HELP.lines().skip(1) {
            roff.text([roman(line.trim_start())]);
        }
        roff.control("fi", []);
        roff.to_writer(out)
    }
}

/// A page for edactl and one for each command and sub-command.
fn pages() -> Vec<Page> {
    fn collect(command: &clap::Command, pages: &mut Vec<Page>) {
        pages.push(Page {
            name: command
                .get_display_name()
                .unwrap_or_else(|| command.get_name())
                .to_owned(),
            command: command.clone(),
        });
        for inner in command
            .get_subcommands()
            .filter(|inner| !inner.is_hide_set())
        {
            collect(inner, pages);
        }
    }

    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    collect(&command, &mut pages);
    pages
}
