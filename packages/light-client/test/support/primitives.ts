/** The primitives that tests hash, sign and verify with. */
import { createNodePrimitives } from "@enclavenet/crypto/node";

export const primitives = createNodePrimitives();
