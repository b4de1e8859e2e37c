// Standard Webhooks, checked against its own library: the cases of its tests, and random messages of either side.
import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { standardWebhooksScheme } from '../../../src/producers/webhooks/schemes.ts';

/** `npm run soak` would add nothing: ten thousand take a second. */
const MESSAGES = 10_000;
const TOLERANCE = 300_000;
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = '{"test": 2432232314}';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const now = () => Math.floor(Date.now() / 1000);

type Headers = Readonly<Record<string, string>>;

function sign(secret: string, id: string, time: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`;
}

const sent = (more: Headers = {}, time = now()): Headers => ({
  ...{ 'webhook-id': ID, 'webhook-timestamp': `${time}`, 'webhook-signature': sign(SECRET, ID, time, BODY) },
  ...more,
});

const oursOf = (headers: Headers, secret = SECRET, body = BODY) =>
  standardWebhooksScheme().open([Buffer.from(secret)], TOLERANCE)(
    (name) => [headers[name] ?? []].flat(),
    Buffer.from(body),
    Date.now(),
  ) === null;

function theirsOf(headers: Headers, secret = SECRET, body = BODY): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

const without = (name: string): Headers => Object.fromEntries(Object.entries(sent()).filter(([key]) => key !== name));
const other = sign(`whsec_${Buffer.from('another key of twenty-four').toString('base64')}`, ID, now(), BODY);
const first = sent()['webhook-signature']!;

describe('the cases of the library', () => {
  const CASES: readonly (readonly [string, boolean, () => Headers])[] = [
    ['what was signed', true, () => sent()],
    ['no headers', false, () => ({})],
    ['no id', false, () => without('webhook-id')],
    ['no time', false, () => without('webhook-timestamp')],
    ['no signature', false, () => without('webhook-signature')],
    ['another signature', false, () => sent({ 'webhook-signature': other })],
    ['a part of the signature', false, () => sent({ 'webhook-signature': first.slice(0, 8) })],
    ['an empty signature', false, () => sent({ 'webhook-signature': 'v1,' })],
    ['a signature without its version', false, () => sent({ 'webhook-signature': first.slice(3) })],
    ['a signature of another version', false, () => sent({ 'webhook-signature': first.replace('v1,', 'v2,') })],
    [
      'several, of which one fits',
      true,
      () => sent({ 'webhook-signature': `${other} v2,xxxx ${sent()['webhook-signature']}` }),
    ],
    ['several, of which none fits', false, () => sent({ 'webhook-signature': `${other} ${other}` })],
    ['an old time', false, () => sent({}, now() - 302)],
    ['a time to come', false, () => sent({}, now() + 302)],
    ['another time than was signed', false, () => sent({ 'webhook-timestamp': `${now() - 1}` })],
    ['another id than was signed', false, () => sent({ 'webhook-id': 'msg_other' })],
    ['a time that is no number', false, () => sent({ 'webhook-timestamp': 'now' })],
  ];

  test.each(CASES)('%s: taken is %s, by both (S01)', (_what, isTaken, headersOf) => {
    const headers = headersOf();
    expect([oursOf(headers), theirsOf(headers)]).toEqual([isTaken, isTaken]);
  });

  test('a secret without its prefix is the same secret', () => {
    const bare = SECRET.replace('whsec_', '');
    expect([oursOf(sent(), bare), theirsOf(sent(), bare)]).toEqual([true, true]);
  });

  test.each([['123abc'], ['123.9'], ['-5'], [' 5'], ['+5']])(
    'the time %j is refused by us, whatever the library says',
    (time) => {
      expect(oursOf(sent({ 'webhook-timestamp': time }))).toBe(false);
    },
  );
});

test(`${MESSAGES} random messages are judged alike, as they are and with one letter changed (S01)`, () => {
  const message = fc.record({
    body: fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.toWellFormed()),
    id: fc.stringMatching(/^[\w-]{1,30}$/),
    part: fc.constantFrom('body', 'webhook-id', 'webhook-timestamp', 'webhook-signature'),
    place: fc.nat(200),
  });
  const key = `whsec_${randomBytes(24).toString('base64')}`;
  const library = new Webhook(key);
  const open = standardWebhooksScheme().open([Buffer.from(key)], TOLERANCE);
  fc.assert(
    fc.property(message, ({ body, id, part, place }) => {
      const time = now();
      const headers: Record<string, string> = {
        ...{ 'webhook-id': id, 'webhook-timestamp': `${time}` },
        'webhook-signature': library.sign(id, new Date(time * 1000), body),
      };
      const judge = (told: Headers, text: string) => {
        const ours = open((name) => [told[name] ?? []].flat(), Buffer.from(text), Date.now()) === null;
        let theirs = true;
        try {
          library.verify(text, told as Record<string, string>);
        } catch (error) {
          // A body that fits and is no JSON is taken: what it means is another question.
          theirs = error instanceof SyntaxError;
        }
        return [ours, theirs];
      };
      expect(judge(headers, body)).toEqual([true, true]);
      const changed = (text: string) => {
        const at = place % (text.length + 1);
        return `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
      };
      const told = part === 'body' ? headers : { ...headers, [part]: changed(headers[part]!) };
      const [ours, theirs] = judge(told, part === 'body' ? changed(body) : body);
      // The library reads a time at the beginning of its header: there we are stricter.
      if (part !== 'webhook-timestamp') expect([part, ours]).toEqual([part, theirs]);
      expect([part, ours]).toEqual([part, false]);
    }),
    { numRuns: MESSAGES },
  );
});
