// The versions of reports that were taken last, as files: the next version is compared with them.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../../runtime/directories.ts';
import type { SettlementReport } from '../gateway.ts';

export class ReportFiles {
  private readonly dir: string;

  /** Makes the directory where there is none, for the owner only. */
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

  /** Writes a version and gives its name, which its content decides: the same version is the same file. */
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

  /** Removes what a crash left behind: files that no report refers to. */
  keepOnly(names: ReadonlySet<string | null>): void {
    for (const name of readdirSync(this.dir)) if (!names.has(name)) this.remove(name);
  }
}
