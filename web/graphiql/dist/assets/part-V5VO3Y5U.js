import"/graphiql/assets/part-DADL4ANL.js";import"/graphiql/assets/part-ETJMWXYB.js";import"/graphiql/assets/part-ZLFKLXKR.js";
