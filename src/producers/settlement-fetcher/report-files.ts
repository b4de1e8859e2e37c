// The latest versions of reports as files, to compare the next version with them.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../runtime/directories.ts';
import type { SettlementReport } from '../gateway.ts';

export class ReportFiles {
  private readonly dir: string;

  /** Creates the directory if it is missing, for the owner only. */
  constructor(dir: string) {
    makeDirectory(dir);
    this.dir = dir;
  }

  pathOf(name: string): string {
    return join(this.dir, name);
  }

  has(name: string): boolean {
    return existsSync(this.pathOf(name));
  }

  /** Writes a version and returns its name, which depends on its content: the same version is the same file. */
  async write(account: string, date: string, sha256: string, report: SettlementReport): Promise<string> {
    const name = `${account.replace('/', '-')}-${date}-${sha256.slice(0, 16)}.${report.format}`;
    const file = await open(this.pathOf(name), 'w', 0o600);
    try {
      await file.writeFile(report.bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    return name;
  }

  remove(name: string | null): void {
    if (name !== null) rmSync(this.pathOf(name), { force: true });
  }

  /** Deletes files that no report refers to: a crash can leave them. */
  keepOnly(names: ReadonlySet<string | null>): void {
    for (const name of readdirSync(this.dir)) if (!names.has(name)) this.remove(name);
  }
}
