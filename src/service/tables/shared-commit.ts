// One commit of service.db for all that one turn of the event loop writes: under load, many requests wait for one write
// to the disk.

import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../runtime/service-database.ts';
import { storageError } from '../../runtime/storage-errors.ts';

interface WaitingWrite {
  readonly write: () => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class SharedCommit {
  private readonly database: DatabaseSync;
  private waiting: WaitingWrite[] = [];

  constructor(database: DatabaseSync) {
    this.database = database;
  }

  /** Resolves when what it writes is on the disk. If one write of a turn fails, none of them is made. */
  add(write: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ write, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.commit());
    });
  }

  private commit(): void {
    const writes = this.waiting;
    this.waiting = [];
    try {
      inTransaction(this.database, () => {
        for (const { write } of writes) write();
      });
      for (const { resolve } of writes) resolve();
    } catch (error) {
      for (const { reject } of writes) reject(storageError(error, 'service.db'));
    }
  }
}
