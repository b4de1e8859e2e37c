// What a connection has read of an answer when it breaks is forgotten before it connects again. kafkajs keeps it, and
// reads the first answer of the new connection behind it: the lengths are then wrong, and its error ends the process.

import { createRequire } from 'node:module';

/** A size, which stands before every answer. */
const SIZE_BYTES = 4;

interface Connection {
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  isConnected(): boolean;
}

interface ConnectionClass {
  readonly prototype: { connect(this: Connection): Promise<unknown> };
}

/** Makes kafkajs begin each connection with nothing; called once. */
export function installEmptyBuffers(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/connection.js') as ConnectionClass;
  const theirs = prototype.connect;
  prototype.connect = function connect() {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = SIZE_BYTES;
    }
    return theirs.call(this);
  };
}
