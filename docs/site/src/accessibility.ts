/** Adds for those who use a keyboard, or hear the page, what the theme leaves out. */
export function forKeyboards(): void {
  // its visible text has the keys as well, and speech control uses the visible text
  const search = document.querySelector("site-search button[data-open-modal]");
  search?.setAttribute("aria-label", search.textContent?.replace(/\s+/g, " ").trim() || "Search");
  makeTablesReachable();
  addEventListener("resize", makeTablesReachable);
}

/** A table that scrolls sideways can be scrolled by keys. */
function makeTablesReachable(): void {
  for (const table of document.querySelectorAll<HTMLElement>(".sl-markdown-content table")) {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
    else table.removeAttribute("tabindex");
  }
}
