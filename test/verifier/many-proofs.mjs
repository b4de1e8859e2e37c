// Runs the stand-alone verifier on each proof of a directory, in one process: prints how many it accepted, as they are
// and with one byte of the entry or the proof changed. Arguments: the verifier, the directory, the number of proofs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const [verifier, dir, count] = process.argv.slice(2);

/** Whether the verifier accepts it. */
function accepts(proof, entry) {
  const argv = ['entry', join(dir, 'vkey.txt'), proof, entry];
  const worker = new Worker(verifier, { argv, stdout: true, stderr: true });
  return new Promise((done) => worker.once('exit', (code) => done(code === 0)));
}

function changed(path, at) {
  const bytes = readFileSync(path);
  bytes[at % bytes.length] ^= 1;
  const other = `${path}.changed`;
  writeFileSync(other, bytes);
  return other;
}

let [accepted, changedAccepted] = [0, 0];
for (let at = 0; at < Number(count); at++) {
  const [proof, entry] = [join(dir, `proof-${at}.txt`), join(dir, `entry-${at}.bin`)];
  if (await accepts(proof, entry)) accepted++;
  const isEntry = at % 2 === 0;
  const other = changed(isEntry ? entry : proof, at * 7919);
  if (await accepts(isEntry ? proof : other, isEntry ? other : entry)) changedAccepted++;
}
process.stdout.write(JSON.stringify([accepted, changedAccepted]));
