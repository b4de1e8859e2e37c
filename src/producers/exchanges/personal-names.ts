// Which names of fields and headers say that what follows is a secret, or about a person. The names are judged by their
// words, so that customer_email, customerEmail and `Customer Email` are one.

/**
 * `secret` is taken out; `personal` becomes a pseudonym, and all that lies in it; `person` is an object about somebody,
 * in which what is not an id becomes one; `id` is kept as it is; `label` names the field whose `value` follows.
 */
export type NameKind = 'secret' | 'personal' | 'person' | 'id' | 'label' | 'value' | 'plain';

const SECRETS = words(`
  secret token password passwd passphrase pin otp cvv cvc apikey accesskey privatekey secretkey credential`);

const PERSONAL = words(`
  msisdn phone phonenumber phoneno mobile mobilenumber mobileno mobilephone tel telephone cellphone whatsapp partyid
  ip ipaddress ipaddr ipv4 ipv6 device deviceid devicefingerprint fingerprint imei imsi email emailaddress mail
  firstname lastname middlename surname fullname givenname familyname customername payername payeename sendername
  recipientname receivername beneficiaryname subscribername accountname accountholder cardholder cardholdername
  address dateofbirth birthdate dob nationalid nationalidnumber passport passportnumber pan cardnumber iban`);

const PERSONS = words(`
  customer payer payee sender recipient receiver beneficiary subscriber contact person buyer cardowner`);

/** Last words of names whose values are no personal data, however much they look like a phone number. */
const IDS = words(`
  id ref reference rrn arn stan number no code receipt uuid guid key hash event type status state reason currency
  amount fee net gross total balance price value date at on time timestamp created updated count version serial
  batch report line operator`);

const KNOWN_MAX = 10_000;
const NAME_LENGTH_MAX = 80;
const known = new Map<string, NameKind>();

/** The kind of a field's name. What it says of a name is kept, for there are few of them. */
export function kindOfName(name: string): NameKind {
  let kind = known.get(name);
  if (kind === undefined) {
    kind = judge(name);
    if (name.length <= NAME_LENGTH_MAX) {
      if (known.size >= KNOWN_MAX) known.clear();
      // A slice would keep the whole body alive that it was cut from.
      known.set(Buffer.from(name).toString(), kind);
    }
  }
  return kind;
}

function judge(name: string): NameKind {
  const parts = wordsOf(name);
  const whole = parts.join('');
  if (whole === 'name' || whole === 'key') return 'label';
  if (whole === 'value') return 'value';
  const last = parts.at(-1) ?? '';
  const ends = [whole, last, parts.slice(-2).join(''), parts.slice(-3).join('')];
  const isIn = (set: ReadonlySet<string>) => ends.some((end) => set.has(end) || set.has(end.replace(/s$/, '')));
  if (isIn(SECRETS)) return 'secret';
  if (isIn(PERSONAL) || /(?:msisdn|phone(?:no|number)?s?|email)$/.test(whole)) return 'personal';
  if (isIn(PERSONS)) return 'person';
  return IDS.has(last) || IDS.has(last.replace(/s$/, '')) ? 'id' : 'plain';
}

/** `customerEmail`, `customer-email` and `CUSTOMER_EMAIL` are `customer`, `email`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** What a header's value is kept as: as it is, not at all, without its signatures, or as pseudonyms of its parts. */
export type HeaderKind = 'plain' | 'secret' | 'signature' | 'personal';

const SECRET_HEADER = /authori[sz]ation|cookie|secret|token|passw|passphrase|api-?key|credential|session/;
const PERSONAL_HEADER = /^(?:forwarded|from|x-forwarded-for|x-original-forwarded-for)$|(?:^|-)(?:ip|user-id)$/;
const knownHeaders = new Map<string, HeaderKind>();

/** `name` is in lower case. */
export function kindOfHeader(name: string): HeaderKind {
  let kind = knownHeaders.get(name);
  if (kind === undefined) {
    kind = judgeHeader(name);
    if (knownHeaders.size >= KNOWN_MAX) knownHeaders.clear();
    if (name.length <= NAME_LENGTH_MAX) knownHeaders.set(name, kind);
  }
  return kind;
}

function judgeHeader(name: string): HeaderKind {
  const kind = kindOfName(name);
  if (SECRET_HEADER.test(name) || kind === 'secret') return 'secret';
  if (/signature|hmac/.test(name)) return 'signature';
  return PERSONAL_HEADER.test(name) || kind === 'personal' || kind === 'person' ? 'personal' : 'plain';
}
