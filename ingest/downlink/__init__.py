"""What is asked of gateways: commands and configurations, said until their gateway has answered."""
