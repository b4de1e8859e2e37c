// The bundle in dist/ runs only if it was made from the sources as they are; otherwise the sources themselves run.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** In the bundle's folder: the sources from which it was made. */
export const STAMP = 'sources.json';
/** The same of what is loaded before a command is: a help text needs nothing more, and is soon there. */
export const START_STAMP = 'start.json';

/**
 * Files by size and the time of their last change of any kind, which no tool can set back: whatever replaces a file
 * makes the bundle outdated. Looking at all of them takes two milliseconds.
 */
export function fingerprintOf(root, paths) {
  return paths.map((path) => {
    const { size, ctimeMs } = statSync(`${root}/${path}`);
    return [path, size, ctimeMs];
  });
}

/** Whether the directory `root`, a URL that ends with a slash, has a bundle that fits its sources for `args`. */
export function hasBundle(root, args) {
  try {
    const folder = fileURLToPath(root);
    const made = JSON.parse(readFileSync(`${folder}dist/${asksForHelp(args) ? START_STAMP : STAMP}`, 'utf8'));
    return made.every(([path, size, changed]) => {
      const found = statSync(folder + path, { throwIfNoEntry: false });
      return found !== undefined && found.size === size && found.ctimeMs === changed;
    });
  } catch {
    return false;
  }
}

/** Whether no command runs: at a later place the word could be the value of an option. */
function asksForHelp(args = ['']) {
  return args.length === 0 || (args.length <= 2 && ['--help', '-h', '--version'].includes(args.at(-1)));
}
