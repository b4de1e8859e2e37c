// The service never listens beyond loopback by mistake.
import { describe, expect, test } from 'vitest';
import { checkListen } from '../../../src/service/config/listen-rule.ts';

const at = (host: string, more: object = {}) => ({ host, port: 8070, behind_proxy: false, ...more });

describe('listening', () => {
  test.each(['127.0.0.1', '127.8.9.10', 'localhost', '::1'])('on %s needs nothing', (host) => {
    expect(checkListen(at(host), 0)).toBeUndefined();
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com', '::ffff:127.0.0.1', ''])(
    'on %j needs keys, and TLS here or in front',
    (host) => {
      const tls = { cert: 'c.pem', key: 'k.pem' };
      expect(() => checkListen(at(host), 0)).toThrow(/HESABU_LISTEN_REFUSED.+at least one API key/);
      expect(() => checkListen(at(host, { tls }), 0)).toThrow(/HESABU_LISTEN_REFUSED.+at least one API key/);
      expect(() => checkListen(at(host), 1)).toThrow(/HESABU_LISTEN_REFUSED.+listen\.tls/);
      expect(checkListen(at(host, { tls }), 1)).toBeUndefined();
      expect(checkListen(at(host, { behind_proxy: true }), 1)).toBeUndefined();
    },
  );
});
