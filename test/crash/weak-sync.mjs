// Loaded before the service by the control of the power cuts: commits no longer wait for the disk.
import { DatabaseSync } from 'node:sqlite';

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function weakened(sql) {
  exec.call(this, sql);
  if (sql.includes('wal_autocheckpoint')) exec.call(this, 'PRAGMA synchronous = NORMAL');
};
