//! `man`: man pages, made from the command line's own definition.

use std::{fs, io};

use clap_mangen::{
    Man,
    roff::{Roff, bold, italic, roman},
};

use crate::{
    cli::ManArgs,
    commands::{Error, output},
    render::{
        help::{self, Globals},
        help_examples, terminal,
    },
};
use edactl_core::exit::{self, ExitCode};

/// Prints one man page (roff) to stdout, or writes all of them into a directory.
///
/// # Errors
/// When no page has that name, or stdout or the directory cannot be written.
pub fn run(args: &ManArgs) -> Result<ExitCode, Error> {
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
    /// The command as after `edactl`: `local start`.
    words: String,
    /// The pages of the command that it belongs to and of those that belong to it.
    related: Vec<String>,
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
        let mut roff = Roff::new();
        if help::globals_of(&self.words) == Globals::OneLine {
            roff.control("SH", ["GLOBAL OPTIONS"])
                .text([roman(help::GLOBALS_IN_ONE_LINE)]);
        }
        if let Some(notes) = self
            .command
            .get_after_help()
            .filter(|_| !self.words.is_empty())
        {
            roff.control("SH", ["NOTES"])
                .text([roman(notes.to_string())]);
        }
        // The generator would call it EXTRA.
        roff.control("SH", ["EXIT STATUS"]).control("nf", []);
        for line in exit::HELP.lines().skip(1) {
            roff.text([roman(line.trim_start())]);
        }
        roff.control("fi", []).control("SH", ["EXAMPLES"]);
        for example in help_examples::of(&self.words) {
            roff.control("PP", [])
                .text([roman(example.what)])
                .control("PP", [])
                .control("nf", [])
                .control("RS", ["4"])
                .text([bold(example.line)])
                .control("RE", [])
                .control("fi", []);
        }
        roff.control("SH", ["SEE ALSO"]);
        let mut also = Vec::new();
        for name in &self.related {
            if !also.is_empty() {
                also.push(roman(", "));
            }
            also.extend([italic(name.as_str()), roman("(1)")]);
        }
        roff.text(also);
        roff.to_writer(out)
    }
}

/// A page for edactl and one for each command and sub-command.
fn pages() -> Vec<Page> {
    fn name(command: &clap::Command) -> &str {
        command
            .get_display_name()
            .unwrap_or_else(|| command.get_name())
    }
    fn collect(command: &clap::Command, outer: Option<&clap::Command>, pages: &mut Vec<Page>) {
        let shown = |it: &&clap::Command| !it.is_hide_set();
        let this = name(command);
        let inner = command.get_subcommands();
        let beside = outer.into_iter().flat_map(clap::Command::get_subcommands);
        let related = outer.into_iter().chain(inner).chain(beside).filter(shown);
        pages.push(Page {
            name: this.to_owned(),
            words: this
                .replace('-', " ")
                .replacen("edactl", "", 1)
                .trim_start()
                .to_owned(),
            related: related
                .map(|it| name(it).to_owned())
                .filter(|related| related != this)
                .collect(),
            command: command.clone(),
        });
        for inner in command.get_subcommands().filter(shown) {
            collect(inner, Some(command), pages);
        }
    }

    let mut command = help::plain_command().disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    collect(&command, None, &mut pages);
    pages
}
