/**
 * The host's protobuf: descriptors and types generated from our .proto files, gogo-JSON and amino-JSON by descriptor.
 * @module
 */
export {};
