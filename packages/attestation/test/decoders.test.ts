/** Whatever the bytes, the decoders of this room return or throw their own errors. */
import { decoderProperties } from "../../../tests/support/decoder-properties.ts";
import { decoders } from "./support/decoders.ts";

decoderProperties(decoders);
