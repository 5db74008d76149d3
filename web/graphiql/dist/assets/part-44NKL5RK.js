import{a}from"/graphiql/assets/part-6KTJ4XRQ.js";import"/graphiql/assets/part-ETJMWXYB.js";import"/graphiql/assets/part-ZLFKLXKR.js";export default a();
