// Files of notes: told by their bytes, served as downloads that a browser runs nothing of, to those who may see the
// case.
import { expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, withDesk } from './given-cases.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');

const send = ({ given, operator }: Desk, payload: Buffer, key = operator) =>
  given.ask({
    ...{ method: 'POST', url: '/v1/attachments', key, payload },
    headers: { 'content-type': 'text/html' },
  });

test('a file is known by its bytes, and read by those alone who may see a case whose note names it', () =>
  withDesk(async (desk) => {
    const { given, operator } = desk;
    const { id } = await desk.short('A-1', '20.00');
    const read = (sha256: string, key = operator) =>
      given.app.inject({
        ...{ url: `/v1/attachments/${sha256}`, headers: { authorization: `Bearer ${key}` } },
      });
    const kinds: string[] = [];
    for (const bytes of [PNG, SVG, Buffer.from('%PDF-1.7'), Buffer.from('PK\x03\x04'), Buffer.from([0, 1, 2])]) {
      kinds.push((await send(desk, bytes)).json.media);
    }
    expect(kinds).toEqual([
      'image/png',
      'text/plain',
      'application/pdf',
      'application/zip',
      'application/octet-stream',
    ]);
    const { sha256 } = (await send(desk, SVG)).json;
    expect((await read(sha256)).statusCode).toBe(404);
    const url = `/v1/cases/${id}/notes`;
    // What another sent is nothing that one may name.
    const stranger = given.keyOf('Otieno', 'operator', 'shop-1');
    expect((await desk.post(stranger, url, { text: 'x', attachments: [sha256] })).json.code).toBe('HESABU_NOT_FOUND');
    expect((await desk.post(operator, url, { text: 'the receipt', attachments: [sha256, sha256] })).status).toBe(200);
    const { json } = await given.ask({ url: `/v1/cases/${id}`, key: operator });
    const note = json.timeline.find(({ what }: { what: string }) => what === 'note');
    expect(note.attachments).toEqual([{ sha256, size: SVG.length, media: 'text/plain' }]);
    const answer = await read(sha256, given.key('auditor', 'shop-1'));
    expect([answer.statusCode, answer.payload]).toEqual([200, String(SVG)]);
    expect(answer.headers).toMatchObject({
      'content-disposition': `attachment; filename="hesabu-${sha256.slice(0, 12)}.txt"`,
      'x-content-type-options': 'nosniff',
      'content-type': expect.stringContaining('text/plain'),
      'content-security-policy': expect.stringMatching(/^sandbox; default-src 'none'/),
    });
    expect((await read(sha256, given.key('operator', 'shop-2'))).statusCode).toBe(404);
    await given.ledger.writer.append([order('B-1', { merchant: 'shop-2' }), paid('B-1', { data: { amount: '1.00' } })]);
    expect((await read('../../keys/decisions.key', operator)).statusCode).toBe(404);
    expect((await send(desk, Buffer.alloc(0))).json.code).toBe('HESABU_FILE_EMPTY');
    expect((await send(desk, Buffer.alloc(10 * 1024 * 1024 + 1))).status).toBe(413);
  }));

test('what no note names is limited, and is removed after a day', () =>
  withDesk(async (desk) => {
    const { given, operator } = desk;
    const { id } = await desk.short('A-1', '20.00');
    const { attachments } = given.parts.tables;
    const first = (await send(desk, PNG)).json.sha256;
    const second = (await send(desk, SVG)).json.sha256;
    const url = `/v1/cases/${id}/notes`;
    expect((await desk.post(operator, url, { text: 'the receipt', attachments: [first] })).status).toBe(200);
    const person = given.parts.people.idOf('Zhang')!;
    for (let at = 0; at < 49; at++) {
      attachments.add(person, { sha256: String(at).padStart(64, '0'), size: 1, media: 'text/plain' }, given.clock.at);
    }
    const refused = await send(desk, Buffer.from('one more'));
    expect([refused.status, refused.json.expected]).toEqual([400, 'at most 50 files that no note names']);
    given.clock.at += 86_400_001;
    for (let turn = 0; turn < 3; turn++) await send(desk, Buffer.from(`later ${turn}`));
    expect([given.parts.blobs.read(second), attachments.unnamed(person)]).toEqual([null, 3]);
    const read = await given.app.inject({
      ...{ url: `/v1/attachments/${first}`, headers: { authorization: `Bearer ${operator}` } },
    });
    expect(read.statusCode).toBe(200);
  }));
