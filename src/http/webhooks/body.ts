// Reads the bodies of webhooks. The sender is known only once the whole body was read, so the memory that strangers can
// use is limited: for each body, and for all together.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { HesabuError } from '../../domain/errors.ts';

const BYTES_MAX = 2 ** 20;
/** Each body may have this size, whatever the total in memory: callbacks have a tenth of it. */
const SMALL_BYTES_MAX = 16 * 1024;
const HELD_BYTES_MAX = 128 * 2 ** 20;

export class BodyReader {
  /** Bytes of bodies that are being read or are not answered yet. */
  private held = 0;

  /** The raw bytes. Rejects with HESABU_BODY_TOO_LARGE, with HESABU_OVERLOADED, and if the body breaks off. */
  read(request: IncomingMessage, response: ServerResponse, where: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (Number(request.headers['content-length']) > BYTES_MAX) {
        reject(tooLarge(where));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      const take = (chunk: Buffer) => {
        bytes += chunk.length;
        this.held += chunk.length;
        if (bytes > BYTES_MAX) refuse('HESABU_BODY_TOO_LARGE');
        else if (bytes > SMALL_BYTES_MAX && this.held > HELD_BYTES_MAX) refuse('HESABU_OVERLOADED');
        else chunks.push(chunk);
      };
      const refuse = (code: 'HESABU_BODY_TOO_LARGE' | 'HESABU_OVERLOADED') => {
        // The rest is read and dropped.
        request.off('data', take);
        chunks.length = 0;
        reject(code === 'HESABU_BODY_TOO_LARGE' ? tooLarge(where) : new HesabuError(code, { where }));
      };
      // Every request closes; only one that closes before its end gets an error, because its stack costs time.
      const breakOff = () => {
        if (!request.readableEnded) reject(new HesabuError('HESABU_REQUEST_INVALID', { where, found: 'half a body' }));
      };
      request.on('data', take);
      request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
      request.once('error', breakOff);
      request.once('close', breakOff);
      response.once('close', () => {
        this.held -= bytes;
      });
    });
  }
}

function tooLarge(where: string): HesabuError {
  return new HesabuError('HESABU_BODY_TOO_LARGE', { where, expected: `at most ${BYTES_MAX} bytes` });
}
