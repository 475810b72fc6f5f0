import { addTags, commentBlock, type Documented } from "../doc.js";
import { getComments } from "./source-comments.js";

/** The text of an element's block: its comments, then its tags. */
export function jsDocText(desc: Documented): string {
  const { leading, trailing } = getComments(desc);
  const paragraphs = [leading, trailing].filter((text) => text !== undefined).map(unpadded);
  const tags: string[] = [];
  addTags(tags, desc);
  return [...paragraphs, tags.join("\n")].join("\n\n");
}

/** Removes the space after the comment mark and the final line break. */
function unpadded(text: string): string {
  return text.replace(/\n$/, "").replace(/^ /gm, "");
}

/** Text as a JSDoc block. Empty if the text is blank. */
export function jsDocBlock(text: string, indentation?: string): string {
  return text.trim() === "" ? "" : commentBlock(text.split("\n"), indentation);
}
