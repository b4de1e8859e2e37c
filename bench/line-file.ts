// A file of the benchmark, written line by line, so that memory does not grow with it.

import { closeSync, openSync, writeSync } from 'node:fs';

const CHUNK_CHARS = 1 << 20;

/** A file written in large chunks; counts its lines. */
export class LineFile {
  readonly path: string;
  private readonly encoding: 'utf8' | 'latin1';
  private readonly handle: number;
  private pending: string;
  private lines: number;

  constructor(path: string, header: string, encoding: 'utf8' | 'latin1' = 'utf8') {
    this.path = path;
    this.encoding = encoding;
    this.handle = openSync(path, 'w');
    this.pending = header;
    this.lines = header === '' ? 0 : 1;
  }

  add(line: string): void {
    this.pending += line;
    this.lines++;
    if (this.pending.length >= CHUNK_CHARS) this.flush();
  }

  private flush(): void {
    writeSync(this.handle, this.pending, null, this.encoding);
    this.pending = '';
  }

  /** Closes the file and returns its number of lines, with the header. */
  end(): number {
    this.flush();
    closeSync(this.handle);
    return this.lines;
  }
}
