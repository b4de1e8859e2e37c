// The body of a request as a file on the disk, as long as somebody reads it: a file may be larger than memory.

import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HesabuError } from '../../domain/errors.ts';
import type { Call } from './route.ts';

/** Stores the upload, and removes it once the work is done. Throws HESABU_BODY_TOO_LARGE. */
export async function withUpload<Result>(
  { parts, upload, exchange }: Pick<Call, 'parts' | 'upload' | 'exchange'>,
  bytesMax: number,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  const path = join(parts.uploadDir, exchange);
  await mkdir(parts.uploadDir, { recursive: true, mode: 0o700 });
  try {
    await save(upload, path, bytesMax);
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Throws HESABU_BODY_TOO_LARGE. The upload is not destroyed, because its connection also carries the answer. */
async function save(upload: Readable, path: string, bytesMax: number): Promise<void> {
  const gate = limited(bytesMax);
  finished(upload, { writable: false }, (error) => {
    if (error != null)
      gate.destroy(new HesabuError('HESABU_REQUEST_INVALID', { where: 'body', found: 'a part of it' }, error));
  });
  upload.pipe(gate);
  try {
    await pipeline(gate, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  } finally {
    upload.unpipe(gate);
  }
}

/** Fails at the first byte above the limit, whatever the Content-Length says. */
function limited(bytesMax: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= bytesMax) return done(null, chunk);
      done(new HesabuError('HESABU_BODY_TOO_LARGE', { expected: `at most ${bytesMax} bytes` }));
    },
  });
}
