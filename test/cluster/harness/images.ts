// The servers that the tests run, as images; those from Maven have the same versions.
export const KAFKA_IMAGE = 'apache/kafka:4.4.0';
export const REGISTRY_IMAGE = 'apicurio/apicurio-registry:3.3.3';
