"""The contract between gateway and cloud: messages, ids, links and signatures. It moves no bytes itself."""
