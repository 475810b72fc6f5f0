import type { Surface } from "../finding.js";

/** The colours of the page, by light and dark. Each text has a contrast of at least 4.5 with what it stands on. */
export const colours: Readonly<Record<"light" | "dark", Readonly<Record<string, string>>>> = {
  light: {
    page: "#ffffff",
    panel: "#f6f8fa",
    text: "#1c2127",
    soft: "#56616f",
    line: "#d8dee6",
    link: "#0a58b8",
    error: "#b3261e",
    warning: "#8a5700",
    info: "#1c6e37",
    del: "#fdeceb",
    ins: "#e7f6ec",
  },
  dark: {
    page: "#14181d",
    panel: "#1b2128",
    text: "#e4e8ed",
    soft: "#a3aebc",
    line: "#303842",
    link: "#79b8ff",
    error: "#ff8a80",
    warning: "#e3b341",
    info: "#56d364",
    del: "#3a1d1f",
    ins: "#17301f",
  },
};

/** The style of the report page, with a filter for each surface. */
export function htmlStyle(surfaces: readonly Surface[]): string {
  const chosen = surfaces.map(
    (surface) => `body:has(#on-${surface}:checked) :is(main details,section section,nav li li):not(.${surface})`,
  );
  const hidden = ["error", "warning", "waived", "info"].map(
    (id) => `body:has(#show-${id}:not(:checked)) :is(main>.${id},nav li.${id})`,
  );
  return `
:root{color-scheme:light dark;${variables(colours.light)}}
@media(prefers-color-scheme:dark){:root{${variables(colours.dark)}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:0 1rem 3rem;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--page)}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
header{padding:1.5rem 0 1rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .4rem}
.bad h1,.problem,main>.error>h2{color:var(--error)}.good h1,main>.info>h2{color:var(--info)}main>.warning>h2{color:var(--warning)}
header p{margin:.2rem 0}
h2{font-size:1.25rem;margin:1.5rem 0 .3rem}
h3{font:600 1rem/1.4 ui-monospace,monospace;margin:1.2rem 0 .4rem}
code{font:.875em/1.45 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{margin:.3rem 0;white-space:pre-wrap}
fieldset{border:1px solid var(--line);border-radius:6px;margin:0 0 .8rem;padding:.2rem .8rem .5rem}
legend,small{color:var(--soft)}
label{display:inline-block;margin-right:1rem;padding:.15rem 0}
nav ul{list-style:none;margin:.2rem 0;padding-left:.9rem}
nav>ul{padding:0}
nav summary{color:var(--soft)}
summary{cursor:pointer}
main details{border:1px solid var(--line);border-left:4px solid var(--soft);border-radius:6px;margin:.5rem 0;background:var(--panel);padding:0 .9rem}
main details[open]{padding-bottom:.6rem}
main summary{margin:0 -.9rem;padding:.55rem .9rem}
main summary code{color:var(--soft)}
.error details{border-left-color:var(--error)}.warning details{border-left-color:var(--warning)}.info details{border-left-color:var(--info)}
main details:target{outline:2px solid var(--link)}
main p,main ul{margin:.5rem 0}
main ul{padding-left:1.1rem}
del,ins{display:block;text-decoration:none;padding:.3rem .6rem}
del{background:var(--del)}ins{background:var(--ins)}
del::before{content:"− "}ins::before{content:"+ "}
${[...hidden, ...chosen].join(",\n")}{display:none}
@media(min-width:64rem){body{display:grid;grid-template-columns:18rem minmax(0,1fr);column-gap:2rem}
header,.skip{grid-column:1/-1}.side{position:sticky;top:0;align-self:start;max-height:100vh;overflow-y:auto;padding-top:.5rem}}
@media print{.side{display:none}main details{break-inside:avoid}}
`;
}

function variables(palette: Readonly<Record<string, string>>): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}
