/** Draws the Mermaid diagrams of a page. The library is loaded only where there is one. */
export async function drawDiagrams(): Promise<void> {
  const blocks = [...document.querySelectorAll<HTMLElement>('pre[data-language="mermaid"]')];
  if (blocks.length === 0) return;
  const sources = blocks.map((block) => textOf(block));
  const { default: mermaid } = await import("mermaid");
  const draw = async (): Promise<void> => {
    const isDark = document.documentElement.dataset.theme === "dark";
    // its own dark background of labels is too bright for their text
    const themeVariables = isDark ? { edgeLabelBackground: "#333" } : {};
    mermaid.initialize({ startOnLoad: false, theme: isDark ? "dark" : "neutral", themeVariables });
    for (const [i, block] of blocks.entries()) {
      const { svg } = await mermaid.render(`diagram-${i}`, sources[i]!);
      const figure = document.createElement("figure");
      figure.className = "diagram";
      figure.innerHTML = svg;
      const shown =
        document.querySelectorAll<HTMLElement>("figure.diagram")[i] ?? block.closest(".expressive-code") ?? block;
      shown.replaceWith(figure);
    }
  };
  await draw();
  new MutationObserver(() => void draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/** The lines of a highlighted block. */
function textOf(block: HTMLElement): string {
  return [...block.querySelectorAll(".ec-line")].map((line) => line.textContent?.replace(/\n$/, "") ?? "").join("\n");
}
