// The documents of the project, as the tests read them: their headings, their links, and the code that they quote.

import { filesBelow, textOf } from '../house/source.ts';

export interface Document {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** The same without what stands in code, of which links and headings are no part. */
  readonly prose: string;
}

export interface CodeBlock {
  /** As the fence names it; '' where it names none. */
  readonly language: string;
  readonly text: string;
  /** Where the block begins. */
  readonly line: number;
}

const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm;
const INLINE = /`([^`\n]+)`/g;

/** Every Markdown file of the project. */
export function documents(): Document[] {
  return filesBelow('.')
    .filter((path) => path.endsWith('.md'))
    .map((path) => documentOf(path, textOf(path)));
}

export function documentOf(path: string, text: string): Document {
  return { path, text, prose: withoutBlocks(text).replaceAll(INLINE, '``') };
}

/** Blocks become empty lines, so that lines keep their numbers. */
function withoutBlocks(text: string): string {
  return text.replaceAll(FENCED, (block) => block.replaceAll(/[^\n]/g, ''));
}

export function codeBlocks({ text }: Pick<Document, 'text'>): CodeBlock[] {
  return [...text.matchAll(FENCED)].map((match) => ({
    language: match[1]!,
    text: match[2]!,
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** The texts between single backticks. */
export function inlineCode({ text }: Pick<Document, 'text'>): string[] {
  return [...withoutBlocks(text).matchAll(INLINE)].map(([, code]) => code!);
}

/** The targets of links and images. */
export function linksOf({ prose }: Pick<Document, 'prose'>): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** The anchors that a document has, as GitHub makes them of its headings. */
export function anchorsOf({ text }: Pick<Document, 'text'>): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, '');
    anchors.add(words.trim().replaceAll(' ', '-'));
  }
  return anchors;
}
