// What a file is called on the page.

/** The last two parts of where it was: files of many days have the same name. */
export function nameOfFile(path: string): string {
  return path.split(/[/\\]/).slice(-2).join('/');
}
