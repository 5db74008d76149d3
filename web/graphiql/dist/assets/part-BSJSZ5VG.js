import{a}from"/graphiql/assets/part-ETJMWXYB.js";import"/graphiql/assets/part-ZLFKLXKR.js";export default a();
