// No secret and no readable personal data reaches the archive; money, references, ids and times do, unchanged.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/archive/privacy/redactor.ts';
import { freshDirectory } from '../../log/files.ts';
import { exchange, message, openArchive, pseudonym, textOnDisk } from '../exchanges/given.ts';

const redactor = new Redactor(pseudonym);
const PHONE = '254712345678';
const HIDDEN = `#${pseudonym(PHONE)}`;
const AT_HOME = '0712345678';
const HIDDEN_AT_HOME = `#${pseudonym(AT_HOME)}`;
const JANE = `#${pseudonym('Jane Wanjiku')}`;
const kept = (body: string, type = '') => redactor.body(Buffer.from(body), type).text;

describe('a JSON body', () => {
  it.each([
    ['a string', `{"msisdn":"${PHONE}","amount":"10.00"}`, `{"msisdn":"${HIDDEN}","amount":"10.00"}`],
    ['a number', `{"phone" : ${PHONE} , "amount":10.00}`, `{"phone" : "${HIDDEN}" , "amount":10.00}`],
    ['formatted by hand', '{"phone_number":"+254 712-345 678"}', `{"phone_number":"${HIDDEN}"}`],
    ['a list', `{"phones":["${PHONE}",${PHONE},null]}`, `{"phones":["${HIDDEN}","${HIDDEN}",null]}`],
    [
      'deep below its name',
      `{"phone":{"a":[{"id":"${PHONE}"}]},"id":"7"}`,
      `{"phone":{"a":[{"id":"${HIDDEN}"}]},"id":"7"}`,
    ],
    ['an escaped name', `{"msi\\u0073dn":"${PHONE}"}`, `{"msi\\u0073dn":"${HIDDEN}"}`],
    ['an escaped value', '{"msisdn":"25471234567\\u0038"}', `{"msisdn":"${HIDDEN}"}`],
    [
      'other cases and words',
      `{"customerPhone":"${PHONE}","MSISDN":"${PHONE}"}`,
      `{"customerPhone":"${HIDDEN}","MSISDN":"${HIDDEN}"}`,
    ],
    [
      'a label beside its value',
      `[{"Name":"PhoneNumber","Value":${PHONE}},{"Name":"Amount","Value":1.00}]`,
      `[{"Name":"PhoneNumber","Value":"${HIDDEN}"},{"Name":"Amount","Value":1.00}]`,
    ],
    [
      'a label whose value stays',
      `[{"Name":"MpesaReceiptNumber","Value":"${PHONE}"}]`,
      `[{"Name":"MpesaReceiptNumber","Value":"${PHONE}"}]`,
    ],
    ['lines', `{"msisdn":"${PHONE}"}\n{"msisdn":"${PHONE}"}\n`, `{"msisdn":"${HIDDEN}"}\n{"msisdn":"${HIDDEN}"}\n`],
    ['a truncated text', `{"amount":"1.00","msisdn":"${PHONE}`, `{"amount":"1.00","msisdn":"${HIDDEN}"`],
    ['free text', `{"message":"Paid by ${PHONE}."}`, `{"message":"Paid by ${HIDDEN}."}`],
    ['free text after a line end', `{"message":"Paid by\\n${PHONE}"}`, `{"message":"Paid by\\n${HIDDEN}"}`],
    ['JSON in a string', `{"raw":"{\\"to\\":\\"${PHONE}\\"}"}`, `{"raw":"{\\"to\\":\\"${HIDDEN}\\"}"}`],
    ['a card number', '{"message":"by 4111 1111 1111 1111 today"}', '{"message":"by (card) today"}'],
    [
      'a mail address',
      '{"message":"of jane.w+1@mail.co.ke."}',
      `{"message":"of #${pseudonym('jane.w+1@mail.co.ke')}."}`,
    ],
    ['what somebody wrote', '{"note":"by Jane Wanjiku"}', `{"note":"#${pseudonym('by Jane Wanjiku')}"}`],
    ['why somebody wants something', '{"reason":"Jane"}', `{"reason":"#${pseudonym('Jane')}"}`],
    ['several words under an unknown name', '{"who":"Jane Wanjiku","a":1}', `{"who":"${JANE}","a":1}`],
    ['several words in a list', '{"who":[{"id":"7"},"Jane Wanjiku"]}', `{"who":[{"id":"7"},"${JANE}"]}`],
    ['an address', '{"to":"Kimathi St. 12, Nairobi"}', `{"to":"#${pseudonym('Kimathi St. 12, Nairobi')}"}`],
    ['a number as a name', `{"${PHONE}":{"paid":true}}`, `{"${HIDDEN}":{"paid":true}}`],
    ['two numbers', `{"message":"${PHONE}/${PHONE}"}`, `{"message":"${HIDDEN}/${HIDDEN}"}`],
    ['a number with dots', '{"message":"0712.345.678."}', `{"message":"${HIDDEN_AT_HOME}."}`],
    ['a password', '{"password":"hunter2","otp":1234}', '{"password":"(redacted)","otp":"(redacted)"}'],
    [
      'other words for a secret',
      '{"pwd":"hunter2","auth":"Bearer abc","consumer_key":"k","sessionKey":"s","signature":"a1","sign":"b2"}',
      '{"pwd":"(redacted)","auth":"(redacted)","consumer_key":"(redacted)","sessionKey":"(redacted)",' +
        '"signature":"(redacted)","sign":"(redacted)"}',
    ],
    [
      'an address of ours that a network calls back',
      '{"CallBackURL":"https://pay.example/hooks/a1","ResultURL":"https://pay.example/r","QueueTimeOutURL":"b"}',
      '{"CallBackURL":"(redacted)","ResultURL":"(redacted)","QueueTimeOutURL":"(redacted)"}',
    ],
    [
      'the secret path of an account, wherever an address of its webhooks stands',
      '{"hook":{"target":"https://pay.example/webhooks/onafriq/main/q7Rk2_vVx9-ZpLw3TnB8mYd4/result"}}',
      '{"hook":{"target":"https://pay.example/webhooks/onafriq/main/(redacted)/result"}}',
    ],
    [
      'an address without a secret path',
      '{"redirect_url":"https://shop.example/thanks","target":"https://pay.example/webhooks/onafriq/main"}',
      '{"redirect_url":"https://shop.example/thanks","target":"https://pay.example/webhooks/onafriq/main"}',
    ],
    ["a person's number", `{"customer":{"number":${PHONE}}}`, `{"customer":{"number":"${HIDDEN}"}}`],
    ['a number without a name', `{"to":[${PHONE}],"a":{"b":1}}`, `{"to":["${HIDDEN}"],"a":{"b":1}}`],
    ['as dialled within the country', `{"to":"${AT_HOME}"}`, `{"to":"${HIDDEN_AT_HOME}"}`],
    [
      'free text with a number as dialled within the country',
      `{"message":"paid by ${AT_HOME}"}`,
      `{"message":"paid by ${HIDDEN_AT_HOME}"}`,
    ],
    [
      'free text with a number in groups',
      '{"error":"call 0712 345 678 now"}',
      `{"error":"call ${HIDDEN_AT_HOME} now"}`,
    ],
    ['a name', '{"name":"Jane Wanjiku","amount":"1.00"}', `{"name":"${JANE}","amount":"1.00"}`],
    [
      'a name as an object of parts',
      '{"name":{"first":"Jane Wanjiku","id":7},"to":1}',
      `{"name":{"first":"${JANE}","id":7},"to":1}`,
    ],
    ['a name after a thing', '{"bank":{"x":[1]},"name":"Jane Wanjiku"}', `{"bank":{"x":[1]},"name":"${JANE}"}`],
    ['names of people by the field name', '{"billing_name":"Jane Wanjiku"}', `{"billing_name":"${JANE}"}`],
  ])('hides personal data: %s', (_, given, expected) => {
    expect(kept(given)).toBe(expected);
  });

  it.each([
    ...['account_number', 'customer_number', 'wallet_number', 'sender_no', 'phoneNo', 'number', 'accountNumber'],
  ])('recognises a phone number in any number that is not an id: %s', (name) => {
    expect(kept(`{"${name}":"${PHONE}","a":1}`)).toBe(`{"${name}":"${HIDDEN}","a":1}`);
    expect(kept(`{"${name}":${PHONE},"a":1}`)).toBe(`{"${name}":"${HIDDEN}","a":1}`);
    expect(kept(`{"${name}":"${AT_HOME}"}`)).toBe(`{"${name}":"${HIDDEN_AT_HOME}"}`);
  });

  it('hides a person, but not ids', () => {
    const body = { customer: { id: 7, customer_code: 'CUS_1', name: 'Amina', z: true, metadata: { n: 'Otieno' } } };
    expect(JSON.parse(kept(JSON.stringify(body)))).toEqual({
      customer: {
        ...{ id: 7, customer_code: 'CUS_1', name: `#${pseudonym('Amina')}`, z: true },
        metadata: { n: `#${pseudonym('Otieno')}` },
      },
    });
  });

  it.each([
    '{"transaction_id":"254712345678","reference":"254712345678","operator_transaction_id":"4111111111111111"}',
    '{"TransactionDate":20240501120000,"timestamp":1735000000000,"amount":1500.10}',
    '{"message":"order ORD-254712345678 and 1234567890.50 of it"}',
    '{"reason":"PAYER_NOT_FOUND","failure_reason":"the payer has no such account","status":"Not found"}',
    '{ "shipping" : "yes", "tip":"1.00","zip":1, "mobile_money":{"network":"MTN"} }',
    '{"operators":[{"code":"mpesa-ke","name":"M-Pesa"}],"operator":{"name":"M-Pesa"},"merchant_name":"Duka"}',
    '{"transaction_number":"254712345678","orderNo":"0712345678","receipt_no":254712345678}',
    '{"account_number":"1234567","batch_no":"254712345678","completed_at":"2026-06-01T07:12:34.567Z"}',
    '{"amount_minor":254712345678,"fee":"0712345678","paid":254712345678.50,"idempotency_key":"0712345678"}',
    '{"message":"order 2026-0712345678 of 01.06.2026 07:12, 1 254 712 in all"}',
    '{"msisdn":"","phone":null,"device":{}}',
    'not JSON at all, and 12 letters',
    '',
  ])('leaves the rest byte for byte: %s', (body) => {
    expect(kept(body)).toBe(body);
  });
});

const PERSONAL = 'msisdn phone phonenumber phone_number phoneNumber customer_phone payer device_id'.split(' ');
const phone = fc.integer({ min: 10_000_000, max: 99_999_999 }).map((digits) => `2547${digits}`);
const phoneValue = phone.chain((digits) =>
  fc.constantFrom<unknown>(digits, `+${digits}`, Number(digits), [digits], { any: { thing: [digits] } }),
);
const amount = fc.tuple(fc.nat(99_999), fc.nat(99)).map(([whole, part]) => `${whole}.${String(part).padStart(2, '0')}`);
const harmless = fc.oneof(
  fc.record({
    amount,
    transaction_id: phone,
    note: fc.string({ unit: 'binary' }).filter((text) => !/\d{4}/.test(text)),
  }),
  fc.boolean(),
  fc.constant(null),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    harmless,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('data', 'inner', 'a "quoted" name', 'back\\slash', 'events'), tie('tree'), {
      maxKeys: 3,
    }),
    fc
      .tuple(fc.constantFrom(...PERSONAL), phoneValue, tie('tree'))
      .map(([name, value, more]) => ({ [name]: value, more })),
  ),
}));

/** The digits under personal names, and the literals that must stay. */
function parts(value: unknown, isPersonal = false): { secret: string[]; open: string[] } {
  if (typeof value !== 'object' || value === null) {
    return { secret: isPersonal ? [String(value).replace('+', '')] : [], open: [] };
  }
  const found = Object.entries(value).map(([name, inner]) => {
    const own = parts(inner, isPersonal || PERSONAL.includes(name));
    const stays = name === 'amount' || name === 'transaction_id' ? [`"${name}":"${inner}"`] : [];
    return { secret: own.secret, open: [...own.open, ...stays] };
  });
  return { secret: found.flatMap(({ secret }) => secret), open: found.flatMap(({ open }) => open) };
}

/** The value with every scalar except booleans replaced by a placeholder. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
  }
  return typeof value === 'string' || typeof value === 'number' ? 'scalar' : value;
}

describe('any input', () => {
  it('no personal field is readable, everything else stays, and the JSON keeps its shape', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1), (value, indent) => {
        const given = JSON.stringify({ value }, null, indent);
        const result = kept(given);
        const { secret, open } = parts(value);
        // The same digits may also be an id elsewhere, which stays.
        const bare = open.reduce((text, literal) => text.replaceAll(literal.split(':')[1]!, ''), result);
        for (const digits of secret) expect(bare).not.toContain(digits);
        if (indent === undefined) for (const literal of open) expect(result).toContain(literal);
        expect(shapeOf(JSON.parse(result))).toEqual(shapeOf(JSON.parse(given)));
        expect(kept(given)).toBe(result);
      }),
      { numRuns: 500 },
    );
  });

  it('a body with nothing to hide stays byte for byte', () => {
    fc.assert(
      fc.property(
        fc.json({ stringUnit: fc.constantFrom(...'abc-"\\.é7') }).filter((text) => !/\d{4}/.test(text)),
        (text) => {
          fc.pre(!/"(?:[^"\\]|\\.)*"\s*:/.test(text));
          expect(kept(text)).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('accepts any bytes without an error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', 'text/csv', 'application/json'),
        (body, type) => {
          const { text, original } = redactor.body(body, type);
          expect(typeof text).toBe('string');
          if (original !== undefined) expect(original.bytes).toBe(body.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('neither a secret header nor a phone number is among the bytes on the disk (S24 partly)', async () => {
    const secret = fc.string({ minLength: 12, maxLength: 24, unit: fc.constantFrom(...'abcdefGHIJKL') });
    const names = ['authorization', 'cookie', 'set-cookie', 'x-api-key', 'api-key', 'proxy-authorization', 'x-secret'];
    const given = fc.sample(fc.tuple(fc.constantFrom(...names), secret, phone, tree), { numRuns: 60, seed: 1 });
    const dir = freshDirectory();
    const archive = await openArchive(dir);
    await Promise.all(
      given.map(([name, value, digits, more]) => {
        const request = message(JSON.stringify({ msisdn: digits, more }), { [name]: value });
        const response = message(`Paid by +${digits}`, { [name]: `Bearer ${value}` });
        return archive.add(exchange({ url: `/a?phone=${digits}`, request, response, fault: `refused ${digits}` }));
      }),
    );
    await archive.close();
    const text = textOnDisk(dir);
    const ids = given.flatMap(([, , , more]) => parts(more).open.map((literal) => literal.split(':')[1]!.slice(1, -1)));
    const bare = ids.reduce((left, id) => left.replaceAll(id, ''), text);
    for (const [, value, digits, more] of given) {
      expect(text).not.toContain(value);
      for (const each of [digits, ...parts(more).secret]) expect(bare).not.toContain(each);
    }
    expect(text.split('\n')).toHaveLength(61);
  });
});
