embed_model = "cohere.embed-multilingual-v3"
