// The thread that commits for a log: it packs each group, writes it in one transaction, and waits for the disk, then
// copies the write-ahead log into the database when that is due. The thread of the log meanwhile has other work.

import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { isFull } from '../runtime/storage-errors.ts';
import { BatchRows, frameOf } from './batch-rows.ts';
import {
  type CommitterOptions,
  type FromCommitter,
  faultOf,
  type SentGroup,
  type ToCommitter,
} from './committer-messages.ts';
import { openDatabase, ROW_BYTES } from './data-directory.ts';

const port = parentPort!;
const { dir, partitions, pagesMax, checkpointBytes } = workerData as CommitterOptions;
const { database } = openDatabase(dir, partitions, pagesMax);
const rows = new BatchRows(database);
let bytesSinceCheckpoint = 0;
/** Of a checkpoint: the log accepts nothing any more, and may have sent a group before it was told. */
let failure: unknown = null;

port.on('message', (message: ToCommitter) => {
  if (message === 'close') {
    database.close();
    port.close();
    return;
  }
  commit(message).then(
    () => {
      send('committed');
      checkpointIfDue();
    },
    (error) => {
      rollBack(database);
      send({ failed: 'commit', fault: faultOf(error) });
    },
  );
});

function send(message: FromCommitter): void {
  port.postMessage(message);
}

async function commit({ rows: sent, payloads }: SentGroup): Promise<void> {
  if (failure !== null) throw failure;
  const bytes = Buffer.from(payloads.buffer, payloads.byteOffset, payloads.length);
  let at = 0;
  const appends = sent.map((row) => {
    const payload = bytes.subarray(at, at + row.bytes);
    at += row.bytes;
    return { ...row, payload };
  });
  const packed = await Promise.all(appends.map(frameOf));
  database.exec('BEGIN IMMEDIATE');
  appends.forEach((append, index) => {
    rows.insert(append, BigInt(append.first), packed[index]!);
    bytesSinceCheckpoint += packed[index]!.length + ROW_BYTES;
  });
  database.exec('COMMIT');
}

/** After an error that is not a full disk, the log gives this thread nothing more. */
function rollBack(open: DatabaseSync): void {
  if (open.isTransaction) open.exec('ROLLBACK');
}

function checkpointIfDue(): void {
  if (bytesSinceCheckpoint < checkpointBytes) return;
  try {
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    bytesSinceCheckpoint = 0;
  } catch (error) {
    // Committed data is safe in the write-ahead log. A full disk may have room again at the next group.
    if (isFull(error)) return;
    failure = error;
    send({ failed: 'checkpoint', fault: faultOf(error) });
  }
}
