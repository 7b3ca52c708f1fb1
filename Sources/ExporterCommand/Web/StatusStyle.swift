/// The style sheet of the status page, for light and dark, wide and narrow screens.
enum StatusStyle {
    /// The text of the style sheet.
    static let css = """
        :root { color-scheme: light dark; --ink: #1f2328; --dim: #59636e; --page: #f6f8fa; --card: #fff;
          --line: #d1d9e0; --good: #1a7f37; --bad: #c21f2b; --warn: #8a5a00; --link: #0a5fc4;
          --Online: #2da44e; --Draining: #d99a1c; --Offline: #8c959f; --Unknown: #a371f7; --count: #5b8def; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9aa5b1; --page: #0d1117;
          --card: #161b22; --line: #30363d; --good: #4ac26b; --bad: #ff7b72; --warn: #e3b341; --link: #79b8ff;
          --Online: #2ea043; --Draining: #d29922; --Offline: #6e7681; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
        main { max-width: 70rem; margin: 0 auto; padding: 1.25rem 1rem 2rem; }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 1.75rem 0 .6rem; }
        p { margin: .25rem 0; overflow-wrap: anywhere; } a { color: var(--link); }
        .dim { color: var(--dim); font-weight: normal; } .good { color: var(--good); } .bad { color: var(--bad); }
        .warn { color: var(--warn); }
        .verdict { margin: 1rem 0; padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line);
          border-left: .4rem solid currentColor; border-radius: .5rem; }
        .verdict strong { font-size: 1.2rem; } .verdict p { color: var(--ink); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; }
        .tile, .box { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
        .tile { padding: .7rem .9rem; min-width: 0; } .tile b { display: block; font-size: 1.5rem; }
        .box { overflow-x: auto; }
        .halves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 1.5rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .45rem .9rem; border-top: 1px solid var(--line); vertical-align: top; }
        .states tbody th { min-width: 0; overflow-wrap: normal; } .states td.wide { min-width: 4rem; }
        thead th, .states tr:first-child > * { border-top: 0; } thead th { color: var(--dim); font-weight: 600; font-size: .85rem; }
        tbody th { font-weight: 600; overflow-wrap: anywhere; min-width: 12rem; } td { overflow-wrap: anywhere; }
        td.n, th.n { text-align: right; white-space: nowrap; } tr.zero { color: var(--dim); } tr.zero th { font-weight: normal; }
        small { font-size: .8em; color: var(--dim); font-weight: normal; white-space: nowrap; }
        td.wide { width: 35%; min-width: 8rem; }
        .bar { display: flex; height: .7rem; margin: .35rem 0 .2rem; border-radius: .35rem; overflow: hidden;
          gap: 1px; background: var(--line); }
        .bar i { flex: 0 1 0; min-width: 3px; } .words { font-size: .8rem; color: var(--dim); }
        .Online { background: var(--Online); } .Draining { background: var(--Draining); }
        .Offline, .NotDeployed { background: var(--Offline); } .Unknown { background: var(--Unknown); }
        .Provisioning, .Starting, .Stopping, .Removing { background: var(--Draining); }
        .Rejected { background: var(--bad); }
        .part { display: block; height: .7rem; margin-top: .4rem; border-radius: .35rem; min-width: 3px;
          background: var(--count); }
        progress { width: 100%; height: .8rem; accent-color: var(--count); }
        footer { margin-top: 1.75rem; }
        @media (max-width: 40rem) {
          main { padding: 1rem .75rem 1.5rem; } .tiles { grid-template-columns: 1fr 1fr; gap: .5rem; }
          .cards thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
          .cards table, .cards tbody { display: block; }
          .cards tr { display: grid; grid-template-columns: repeat(3, 1fr); gap: .35rem .75rem; padding: .7rem .9rem;
            border-top: 1px solid var(--line); }
          .cards tbody tr:first-child { border-top: 0; }
          .cards th, .cards td { padding: 0; border: 0; width: auto; min-width: 0; text-align: left; }
          .cards th, .cards td.wide { grid-column: 1 / -1; }
          .cards td:not(.wide)::before, .cards td.told::before { content: attr(data-label); display: block;
            font-size: .8rem; color: var(--dim); }
        }
        """
}
