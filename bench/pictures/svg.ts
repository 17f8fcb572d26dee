/** Looks of a picture's parts, on light and on dark pages: the page's own choice, where it tells, decides. */
const STYLE = `
    text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .muted { fill: #59636e; }
    .paper { fill: #ffffff; stroke: #d1d9e0; }
    .grid { stroke: #d1d9e0; }
    .fill-0 { fill: #848d97; } .stroke-0 { stroke: #848d97; }
    .fill-1 { fill: #0969da; } .stroke-1 { stroke: #0969da; }
    .fill-2 { fill: #bc4c00; } .stroke-2 { stroke: #bc4c00; }
    .curve { fill: none; stroke-width: 2.5; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .muted { fill: #9198a1; }
      .paper { fill: #0d1117; stroke: #3d444d; }
      .grid { stroke: #3d444d; }
      .fill-0 { fill: #9198a1; } .stroke-0 { stroke: #9198a1; }
      .fill-1 { fill: #4493f8; } .stroke-1 { stroke: #4493f8; }
      .fill-2 { fill: #f0883e; } .stroke-2 { stroke: #f0883e; }
    }`;

/** Width of every picture, in its own units. */
export const WIDTH = 760;

/** Room at the edges. */
export const MARGIN = 24;

/** Where the title's base line is, and that of the legend below it. */
const TITLE_AT = 34;
const LEGEND_AT = 60;

/** The first free place below title and legend. */
export const TOP = 84;

/** Which of the looks of a series: there are three. */
export type Series = 0 | 1 | 2;

/** What stands around a picture's content. */
export interface Frame {
  readonly title: string;
  /** What somebody is told who cannot see it. */
  readonly description: string;
  readonly legend: readonly string[];
  readonly height: number;
}

/** A whole picture. Its text is text: it can be selected, searched and read aloud. */
export function svgPicture(
  { title, description, legend, height }: Frame,
  content: readonly string[],
): string {
  const paper = `<rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`;
  const parts = [paper, textAt(MARGIN, TITLE_AT, title, "title"), ...legendOf(legend), ...content];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
  <title>${escapeXml(title)}</title>
  <desc>${escapeXml(description)}</desc>
  <style>${STYLE}
  </style>
${parts.map((part) => `  ${part}`).join("\n")}
</svg>
`;
}

/** Text at a place; `anchor` is where of it the place is. */
export function textAt(
  x: number,
  y: number,
  content: string,
  look = "",
  anchor: "start" | "middle" | "end" = "start",
): string {
  const attributes = `${look === "" ? "" : ` class="${look}"`}${anchor === "start" ? "" : ` text-anchor="${anchor}"`}`;
  return `<text x="${round(x)}" y="${round(y)}"${attributes}>${escapeXml(content)}</text>`;
}

/** Coordinates to a tenth: more is nothing that anybody sees. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function legendOf(names: readonly string[]): string[] {
  const parts: string[] = [];
  let x = MARGIN;
  for (const [series, name] of names.entries()) {
    parts.push(`<rect class="fill-${series}" x="${x}" y="${LEGEND_AT - 10}" width="12" height="12" rx="2"/>`);
    parts.push(textAt(x + 18, LEGEND_AT, name, "muted"));
    x += 18 + 7.5 * name.length + 20;
  }
  return parts;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
